from flask import Blueprint

bp = Blueprint("vendors", __name__)
