"""Components that are not fields."""

from __future__ import annotations

from typing import Any

from pqip.govuk.pages import Action, Crumb, Summary, SummaryRow, Tag, Task
from pqip.govuk.pagination import PageLink, Pagination
from pqip.govuk.tables import Column, Table
from tests.govuk.published.options import Options, Unsupported, only, render, words, words_of


def button(o: Options) -> str:
    only(
        o,
        "text",
        "html",
        "href",
        "name",
        "value",
        "type",
        "disabled",
        "classes",
        "isStartButton",
        "preventDoubleClick",
        "id",
        "attributes",
    )
    if (o.get("html") and o.get("isStartButton")) or o.get("preventDoubleClick") is False:
        raise Unsupported("a start button of HTML, or a double click allowed in so many words")
    context = {name: o.get(name, "") for name in ("href", "name", "value", "classes", "id")}
    context |= {
        "type": o.get("type", "submit"),
        "disabled": o.get("disabled", False),
        "once": o.get("preventDoubleClick", False),
    }
    tag = (
        "{{ ui.button(text, href=href, name=name, value=value, classes=classes, id=id, type=type, disabled=disabled, once=once,"
        " start=start, attributes=attributes) }}"
    )
    return render(
        tag,
        text=words_of(o),
        start=o.get("isStartButton", False),
        attributes=o.get("attributes"),
        **context,
    )


def tag(o: Options) -> str:
    only(o, "text", "html", "classes")
    colour = (o.get("classes") or "").removeprefix("govuk-tag--")
    return render("{{ ui.tag(text, colour) }}", text=words_of(o), colour=colour)


def breadcrumbs(o: Options) -> str:
    only(o, "items", "collapseOnMobile")
    crumbs = [Crumb(words(item, "href"), item.get("href", "")) for item in o["items"]]
    return render(
        "{{ ui.breadcrumbs(crumbs, collapse) }}",
        crumbs=crumbs,
        collapse=o.get("collapseOnMobile", False),
    )


def back_link(o: Options) -> str:
    only(o, "text", "html", "href")
    return render(
        "{{ ui.back_link(href, text) }}", href=o.get("href") or "#", text=words_of(o) or "Back"
    )


def skip_link(o: Options) -> str:
    only(o, "text", "html", "href")
    return render(
        "{{ ui.skip_link(text, href) }}", text=words_of(o), href=o.get("href") or "#content"
    )


def warning_text(o: Options) -> str:
    only(o, "text", "html")
    return render("{{ ui.warning(text) }}", text=words_of(o))


def inset_text(o: Options) -> str:
    only(o, "text", "html")
    return render("{% call ui.inset() %}{{ text }}{% endcall %}", text=words_of(o))


def details(o: Options) -> str:
    only(o, "summaryText", "summaryHtml", "text", "html", "open")
    summary = words_of({"text": o.get("summaryText"), "html": o.get("summaryHtml")})
    return render(
        "{% call ui.details(summary=summary, open=open) %}{{ text }}{% endcall %}",
        summary=summary,
        text=words_of(o),
        open=o.get("open", False),
    )


def panel(o: Options) -> str:
    only(o, "titleText", "titleHtml", "text", "html")
    title = words_of({"text": o.get("titleText"), "html": o.get("titleHtml")})
    return render("{{ ui.panel(title, text) }}", title=title, text=words_of(o))


def phase_banner(o: Options) -> str:
    only(o, "tag", "text", "html")
    return render("{{ ui.phase_banner(tag, text) }}", tag=words(o.get("tag")), text=words_of(o))


def notification_banner(o: Options) -> str:
    only(o, "text", "html", "titleText", "titleHtml", "type", "titleId")
    if o.get("type") not in (None, "success"):
        raise Unsupported("type")
    title = words_of({"text": o.get("titleText"), "html": o.get("titleHtml")})
    text = words_of(o)
    context = {
        "title": title,
        "kind": o.get("type") or "",
        "id": o.get("titleId") or "govuk-notification-banner-title",
    }
    return render(
        "{{ ui.notification(text, title=title, kind=kind, title_id=id) }}", text=text, **context
    )


def error_summary(o: Options) -> str:
    only(o, "titleText", "titleHtml", "errorList", "descriptionText", "descriptionHtml")
    items = [
        {"text": words(each, "href"), "href": each.get("href", "")}
        for each in o.get("errorList") or []
    ]
    if not items:
        raise Unsupported("no errors")
    context = {"title": words_of({"text": o.get("titleText"), "html": o.get("titleHtml")})}
    context["description"] = words_of(
        {"text": o.get("descriptionText"), "html": o.get("descriptionHtml")}
    )
    return render(
        "{{ ui.error_summary(title=title, description=description, items=items) }}",
        items=items,
        **context,
    )


def table(o: Options) -> str:
    """The table itself, without the frame in which it scrolls."""
    only(o, "caption", "captionClasses", "head", "rows", "firstCellIsHeader")
    if not o.get("head") or not (o.get("captionClasses") or "").startswith(
        "govuk-table__caption--"
    ):
        raise Unsupported("no headings, or no size of caption")
    for cell in [*o["head"], *(cell for row in o["rows"] for cell in row)]:
        only(cell, "text", "html", "format")
    columns = [
        Column(words_of(each), numeric=each.get("format") == "numeric") for each in o["head"]
    ]
    size = o["captionClasses"].removeprefix("govuk-table__caption--")
    rows = [[words_of(cell) for cell in row] for row in o["rows"]]
    ours = Table(
        o["caption"],
        columns,
        rows,
        caption_size=size,
        row_headings=o.get("firstCellIsHeader", False),
    )
    html = render("{{ ui.table(table) }}", table=ours)
    return html[html.index("<table") : html.index("</table>") + len("</table>")]


def pagination(o: Options) -> str:
    only(o, "previous", "next", "items", "landmarkLabel")
    context: dict[str, Any] = {"label": o.get("landmarkLabel") or "Pagination"}
    for side in ("previous", "next"):
        link = only(o.get(side) or {}, "href", "text", "html", "labelText")
        context |= {
            f"{side}_url": link.get("href", ""),
            f"{side}_text": words_of(link),
            f"{side}_label": link.get("labelText") or "",
        }
    items = [item for item in o.get("items") or [] if item]
    for item in items:
        only(item, "number", "href", "current", "ellipsis")
    context["items"] = [
        PageLink(0)
        if item.get("ellipsis")
        else PageLink(item["number"], item["href"], item.get("current", False))
        for item in items
    ]
    return render("{{ ui.pagination(pages) }}", pages=Pagination(**context))


def summary_list(o: Options) -> str:
    only(o, "rows", "card")
    card = only(o.get("card") or {}, "title", "actions")
    only(card.get("title") or {}, "text", "html", "headingLevel")
    only(card.get("actions") or {}, "items")
    for item in (card.get("actions") or {}).get("items", []):
        only(item, "text", "href", "visuallyHiddenText")
    actions = [
        Action(i["text"], i["href"], "link", i.get("visuallyHiddenText") or "")
        for i in (card.get("actions") or {}).get("items", [])
    ]
    rows = [_summary_row(row) for row in o["rows"] if row]
    summary = Summary(
        rows,
        words_of(card.get("title")),
        actions,
        (card.get("title") or {}).get("headingLevel") or 2,
    )
    return render("{{ ui.summary_list(summary) }}", summary=summary)


def _summary_row(row: Options) -> SummaryRow:
    only(row, "key", "value", "actions")
    items = only(row.get("actions") or {}, "items").get("items") or []
    if len(items) > 1:
        raise Unsupported("several actions")
    change = only(items[0], "href", "text", "visuallyHiddenText") if items else {}
    if items and not change.get("visuallyHiddenText"):
        raise Unsupported("an action without hidden words")
    return SummaryRow(
        words(row["key"]),
        words(row["value"]),
        change.get("href", ""),
        change.get("visuallyHiddenText", ""),
        change=change.get("text", ""),
    )


def task_list(o: Options) -> str:
    only(o, "items", "idPrefix")
    tasks = []
    if not all(o["items"]):
        raise Unsupported("an empty item counts as a number")
    for item in o["items"]:
        only(item, "title", "hint", "status", "href")
        status = only(item.get("status") or {}, "text", "html", "tag")
        shown: Any = words_of(status)
        if status.get("tag"):
            only(status["tag"], "text", "classes")
            shown = Tag(
                status["tag"]["text"], status["tag"].get("classes", "").removeprefix("govuk-tag--")
            )
            if not shown.colour:
                raise Unsupported("a tag without colour")
        tasks.append(
            Task(words(item["title"]), item.get("href") or "", shown, words(item.get("hint")))
        )
    return render(
        "{{ ui.task_list(tasks, prefix) }}", tasks=tasks, prefix=o.get("idPrefix") or "task-list"
    )
