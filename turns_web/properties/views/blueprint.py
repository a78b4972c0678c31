from flask import Blueprint

bp = Blueprint("properties", __name__)
