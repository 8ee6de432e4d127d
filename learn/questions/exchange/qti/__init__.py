"""QTI 2.1 and 3.0, 1EdTech's formats: items, and packages of them.

https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html
https://www.imsglobal.org/spec/qti/v3p0/impl

QTI 3.0 says the same as 2.1 in other words: `simpleChoice` is `qti-simple-choice`. All but
`names` speak those of 2.1. No library that is kept up reads items and has our licence.
"""
