"""Songs to learn separation from: `NAME/vocals.*` and `NAME/mixture.*`, made from free data."""
