"""The addresses of the help centre."""

from starlette.routing import Route

from helpdesk.helpcentre import feedback, machines, pages, search

routes = [
    Route("/help", pages.show_front, methods=["GET"]),
    Route("/help/search", search.show_results, methods=["GET"]),
    Route("/help/suggest", search.suggest, methods=["GET"]),
    Route("/help/feed.xml", machines.feed, methods=["GET"]),
    Route("/help/{slug}", pages.show_article, methods=["GET"]),
    Route("/help/{slug}/feedback", feedback.take_feedback, methods=["POST"]),
    Route("/sitemap.xml", machines.sitemap, methods=["GET"]),
    Route("/robots.txt", machines.robots, methods=["GET"]),
]
