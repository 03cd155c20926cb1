"""The JSON API: all that the pages can do, as documented JSON below `/api/v1`, for hosts that draw their own."""
