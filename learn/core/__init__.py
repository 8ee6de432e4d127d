"""What every page and app of the site shares."""
