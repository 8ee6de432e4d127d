"""Questions of other systems: GIFT (Moodle) and QTI 2.1 and 3.0, out and in.

What cannot be carried is never dropped in silence: each question that stays behind, and each part
that a format has no place for, is a `Note`. What comes in is a stranger's file: it raises
`ExchangeError` with a sentence, or becomes drafts, which our own reader then proves.
"""
