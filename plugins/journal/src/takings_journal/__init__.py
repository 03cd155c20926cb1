"""takings-journal: days as transactions of a plain-text double-entry journal that Beancount reads."""
