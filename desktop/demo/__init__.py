"""The whole product on one machine: a central with made-up orders, a warehouse at work, and the application."""
