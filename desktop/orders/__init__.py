"""The list of orders: what it shows, its model, its view."""
