"""GIFT, the text format of Moodle: https://docs.moodle.org/en/GIFT_format

No library that is kept up reads it into anything but Moodle's own XML, and it is small.
"""
