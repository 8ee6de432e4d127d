"""S3: what a bucket tells others about its objects, and its rules that work by the calendar."""
