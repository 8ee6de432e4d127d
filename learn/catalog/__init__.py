"""The course as files tell it: modules, lessons, questions and labs, read once at start."""
