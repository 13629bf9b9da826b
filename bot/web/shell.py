"""What surrounds the conversation: the masthead with its controls, and the question box."""

from markupsafe import Markup

from bot.question.understand import LONGEST
from bot.web.brand import Brand
from bot.web.templating import render


def masthead(
    brand: Brand, language: str, user: str = "", *, staff: bool = False, by_provider: str = ""
) -> Markup:
    """Name, views, language, light or dark; and who is logged in, with the way out.

    `staff`: with the way to the desk; `by_provider`: where one logs in at the identity provider, ""
    where there is none.
    """
    return render(
        "masthead.html", language, brand=brand, user=user, staff=staff, by_provider=by_provider
    )


def composer(language: str, keeps: bool = False) -> Markup:
    """The question box, its buttons, and the advice below it.

    `keeps`: with the button that shows the user's conversations.
    """
    return render("composer.html", language, longest=LONGEST, keeps=keeps)
