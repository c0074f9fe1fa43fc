"""What every form of the site is like."""

from typing import Any

from django import forms


class Uncut(forms.BaseForm):
    """A form that tells what is too long, where a browser would cut it without a word."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("maxlength", None)
