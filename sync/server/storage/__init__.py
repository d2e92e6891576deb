"""Where does the central keep what it knows? One Protocol, and all SQL behind it."""
