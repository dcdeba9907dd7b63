"""A Flask application as one writes it anywhere: it knows of no enclave."""
import flask

app = flask.Flask(__name__)


@app.get("/")
def hello():
    return {"hello": flask.request.args.get("name", "from Flask")}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8080)
