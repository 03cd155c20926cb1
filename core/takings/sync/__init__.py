"""One sync: pull, store, assess, survey, plan, check, journal, post, settle and verify."""
