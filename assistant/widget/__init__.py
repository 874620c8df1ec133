"""A chat bubble for any web page: one script, no style or request of anyone else's."""

from assistant.widget.demo import demo_page
from assistant.widget.routes import widget_routes

__all__ = ["demo_page", "widget_routes"]
