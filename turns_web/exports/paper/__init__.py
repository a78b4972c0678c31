"""What a PDF is drawn with: fonts, lines of text in any script, pages with a head and a foot. Knows no rows of ours."""
