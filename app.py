"""The WSGI application, for servers that look for `app:app`."""

from turns_web.application import create_app

app = create_app()
