"""The shape of what people type about themselves; what is refused, the services decide."""

from typing import Any

from allauth.account.forms import AddEmailForm as AllauthAddEmailForm
from allauth.account.forms import ChangePasswordForm as AllauthChangePasswordForm
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordKeyForm as AllauthResetPasswordKeyForm
from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    MinimumLengthValidator,
    get_default_password_validators,
)
from django.core.validators import URLValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.care import check_password
from accounts.models import User
from twitterclone.lib.errors import DomainError
from twitterclone.lib.forms import Uncut
from twitterclone.lib.text import clean_name, is_blank

PLAIN = {"autocapitalize": "none", "spellcheck": "false"}
WEB = URLValidator(schemes=["http", "https"])
PASSWORD_RULES = {
    "NumericPasswordValidator": _("not only digits"),
    "CommonPasswordValidator": _("not a password that many people use"),
    "NameSimilarityValidator": _("nothing like your name or email"),
}
AUDIENCES = [
    ("everyone", _("Everyone")),
    ("following", _("People I follow")),
    ("nobody", _("Nobody")),
]


class NameField(forms.CharField):
    """One line that people read as a name: what cannot be seen is taken out of it."""

    def to_python(self, value: Any) -> str:
        return clean_name(super().to_python(value) or "")


def password_rules() -> str:
    """What the validators of the settings ask for, as one line instead of a list."""
    validators = {type(one).__name__: one for one in get_default_password_validators()}
    rules = [
        ngettext("at least %d character", "at least %d characters", one.min_length) % one.min_length
        for one in validators.values()
        if isinstance(one, MinimumLengthValidator)
    ]
    rules += [str(words) for name, words in PASSWORD_RULES.items() if name in validators]
    return capfirst(", ".join(rules)) + "."


class TextField(forms.CharField):
    """Several lines. A browser counts a line end as one character and sends two."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class DisplayNameField(NameField):
    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "name", "dir": "auto"}
        super().__init__(label=_("Name"), max_length=50, widget=forms.TextInput(attrs), **kwargs)

    def clean(self, value: Any) -> str:
        name = super().clean(value)
        if is_blank(name):
            raise forms.ValidationError(_("Enter a name that can be seen."), code="blank")
        return name


class LoginForm(Uncut, AllauthLoginForm):
    """allauth's, saying that either name will do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or email")
        self.fields["password"].help_text = ""  # the page has the link itself, below
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SignupForm(Uncut, AllauthSignupForm):
    """allauth's, with the name other people see."""

    display_name = DisplayNameField()
    field_order = ["display_name", "username", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.help_text = _("Letters, digits and underscores, at most 20.")
        username.widget.attrs.update(PLAIN)
        self.fields["email"].label = _("Email")
        self.fields["password1"].help_text = password_rules()
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["username"].widget.attrs["placeholder"] = "@"


class AddEmailForm(Uncut, AllauthAddEmailForm):
    """allauth's; an address that another account uses is refused, because each belongs to one account."""

    def clean_email(self) -> str:
        email = super().clean_email()
        if User.objects.filter(email=email).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError(_("Another account uses this address."), code="email_taken")
        return email


class ChangePasswordForm(AllauthChangePasswordForm):
    """allauth's, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = password_rules()
        self.fields["password2"].label = _("New password once more")
        self.fields["oldpassword"].help_text = ""  # the page has the link itself, below


class ResetPasswordKeyForm(AllauthResetPasswordKeyForm):
    """allauth's, in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = password_rules()
        self.fields["password2"].label = _("New password once more")


class ProfileForm(Uncut, forms.Form):
    display_name = DisplayNameField()
    bio = TextField(
        label=_("Bio"),
        max_length=160,
        required=False,
        help_text=_("A few words about you."),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )
    location = NameField(label=_("Place"), max_length=30, required=False)
    website = forms.CharField(
        label=_("Website"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "url", **PLAIN}),
    )

    def clean_website(self) -> str:
        """With https:// in front when no protocol was typed; other protocols than the web's are refused."""
        website = self.cleaned_data["website"].strip()
        if not website:
            return ""
        if "://" not in website and not website.lower().startswith(("javascript:", "data:", "mailto:")):
            website = f"https://{website}"
        try:
            WEB(website)
        except forms.ValidationError as error:
            raise forms.ValidationError(_("Enter a web address, like https://example.com.")) from error
        if len(website) > 200:
            raise forms.ValidationError(_("This address is too long."))
        return website


class AccountForm(Uncut, forms.Form):
    username = forms.CharField(
        label=_("Username"),
        max_length=20,
        help_text=_("Letters, digits and underscores, at most 20."),
        widget=forms.TextInput({"autocomplete": "username", **PLAIN}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) == 1:  # no choice is no question
            del self.fields["language"]

    def clean(self) -> dict[str, Any]:
        return {"language": settings.LANGUAGE_CODE, **self.cleaned_data}


class PrivacyForm(forms.Form):
    """One field for each key of `privacy_settings`."""

    is_private = forms.BooleanField(
        label=_("Private account"),
        required=False,
        help_text=_("Only followers you accept see your tweets."),
    )
    who_may_mention = forms.ChoiceField(
        label=_("Who may mention you"), choices=AUDIENCES, widget=forms.RadioSelect
    )
    who_may_message = forms.ChoiceField(
        label=_("Who may write you messages"),
        choices=AUDIENCES,
        widget=forms.RadioSelect,
        help_text=_(
            "With “People I follow”, what others write waits among your requests until you accept it."
        ),
    )
    discoverable = forms.BooleanField(
        label=_("Suggest me to others"),
        required=False,
        help_text=_("Your account may appear in suggestions and in the search for people."),
    )
    indexable = forms.BooleanField(
        label=_("Let search engines find me"),
        required=False,
        help_text=_("Search engines may list your profile and your public tweets."),
    )
    read_receipts = forms.BooleanField(
        label=_("Show that I have read a message"),
        required=False,
        help_text=_("When this is off, you do not see it of others either."),
    )
    hide_follower_lists = forms.BooleanField(
        label=_("Hide whom I follow and who follows me"),
        required=False,
        help_text=_("The numbers stay visible, the lists are for you alone."),
    )


class AppearanceForm(forms.Form):
    theme = forms.ChoiceField(
        label=_("Colours"),
        choices=[("auto", _("As my device says")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )
    single_keys = forms.BooleanField(
        label=_("Keyboard shortcuts of a single letter"),
        required=False,
        help_text=_(
            "Switch them off if you speak to your device or press keys by accident. "
            "Ctrl and Enter still sends."
        ),
    )


class PasswordForm(forms.Form):
    """Asks once more who it is, before something important."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        try:
            is_right = check_password(user=self.user, password=self.cleaned_data["password"])
        except DomainError as error:
            raise forms.ValidationError(str(error), code=error.code) from error
        if not is_right:
            raise forms.ValidationError(_("This is not your password."), code="wrong")
        return self.cleaned_data["password"]


class DeleteForm(PasswordForm):
    sure = forms.BooleanField(
        label=_("I understand that it cannot be undone after two weeks"),
        error_messages={"required": _("Say that you understand this, or keep the account.")},
    )
