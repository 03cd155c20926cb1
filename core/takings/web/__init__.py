"""The stand-alone HTTP server: intake of pushed days, answers of an authorisation, health. Extra `takings[web]`."""
