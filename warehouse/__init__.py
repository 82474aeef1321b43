"""Ground floor: settings, secrets, connections, schema migrations, database roles, embedded Postgres, services."""
