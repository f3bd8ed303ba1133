"""What every calculator stands on: tables, fields, money, words and the shape of an answer."""
