"""The view: authenticated by the framework, as its users do it."""

from __future__ import annotations

import honest
from django.contrib.auth.models import User
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView


class Bearer(BaseAuthentication):
    """Finds the account of the credential."""

    def authenticate(self, request):
        """Return the user."""
        try:
            return User.objects.get(username=honest.account_of(request.headers.get("Authorization"))), None
        except honest.RefusedError as refused:
            raise AuthenticationFailed(refused.body) from refused

    def authenticate_header(self, request):  # noqa: ARG002 - as the framework calls it
        """Return the challenge, without which the framework answers 403."""
        return "Bearer"


class RefusalError(APIException):
    """A create with invalid parameters."""

    status_code = 400


class Create(APIView):
    """Creates event destinations."""

    authentication_classes = (Bearer,)
    permission_classes = (IsAuthenticated,)

    def post(self, request):
        """Answer a create."""
        try:
            return Response(honest.create(request.body))
        except honest.RefusedError as refused:
            raise RefusalError(refused.body) from refused
