"""Who is at the desk: badge and PIN."""
