"""Administration: the office that runs itself. Each page is a tab of layouts/admin.html, listed in web/shell.py."""
