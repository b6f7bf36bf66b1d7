"""The report: what runs show, as one HTML file that needs no network."""

from junshi.show.report.page import has_charts, report_html, report_page

__all__ = ["has_charts", "report_html", "report_page"]
