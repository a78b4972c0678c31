"""The description of the API in OpenAPI 3.1, made of what the API itself is made of."""
