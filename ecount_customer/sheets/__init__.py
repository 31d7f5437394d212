"""Sheets without the ORM: what a file says (`reader`), what a cell means (`values`), how one is written (`writer`)."""
