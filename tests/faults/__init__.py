"""Faults from outside: processes killed, connections cut and disks filled while a file is landed."""
