from django.urls import path

from pqip.govuk.views import TextPage

app_name = "govuk"


def _page(name: str, title: str) -> object:
    return path(
        f"{name}/",
        TextPage.as_view(template_name=f"pages/{name}.html", page_title=title),
        name=name,
    )


urlpatterns = [
    _page("help", "Help"),
    _page("accessibility", "Accessibility statement"),
    _page("privacy", "Privacy"),
    _page("cookies", "Cookies"),
    _page("complaints", "Complaints"),
]
