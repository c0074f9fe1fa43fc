"""Sign-up and log-in (allauth's names) under /accounts/, the settings under /settings/."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("accounts/signup/", views.SignupView.as_view(), name="account_signup"),
    path("accounts/inactive/", views.account_inactive, name="account_inactive"),
    path("accounts/email/", views.EmailView.as_view(), name="account_email"),
    path("accounts/", include("allauth.account.urls")),
    path("settings/", views.index, name="settings"),
    path("settings/profile/", views.ProfileView.as_view(), name="settings-profile"),
    path("settings/account/", views.AccountView.as_view(), name="settings-account"),
    path("settings/privacy/", views.PrivacyView.as_view(), name="settings-privacy"),
    path("settings/appearance/", views.AppearanceView.as_view(), name="settings-appearance"),
    path("settings/deactivate/", views.DeactivateView.as_view(), name="settings-deactivate"),
    path("settings/delete/", views.DeleteView.as_view(), name="settings-delete"),
    path("settings/data/", views.DataView.as_view(), name="settings-data"),
    path("settings/data/<int:export_id>/", views.export_file, name="settings-data-file"),
    path("settings/sessions/", views.session_list, name="settings-sessions"),
    path("settings/sessions/others/", views.OtherSessionsView.as_view(), name="settings-sessions-others"),
    path("settings/sessions/<int:record_id>/", views.SessionView.as_view(), name="settings-session"),
]
