"""From a dropped file to rows in `raw`, or to findings that its sender understands."""
