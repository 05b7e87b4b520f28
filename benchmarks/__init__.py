"""Load generators for servers that answer the playground's HTTP API."""
