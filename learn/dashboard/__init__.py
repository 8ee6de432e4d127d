"""What an instructor sees of a cohort."""
