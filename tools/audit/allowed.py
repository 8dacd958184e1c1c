"""What looks like a secret and is none: the value, and why it may stand in the tree."""

ALLOWED = {
    # the signs that codes and numbers are made of
    "abcdefghjkmnpqrstuvwxyz23456789": "the signs of temporary passwords, not one of them",
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ": "Crockford's base 32, the signs of attendance codes",
    "0123456789ABCDEFGHJKLMNPQRTUWXY": "the signs of unified credit codes (GB 32100)",
    # passwords of people who do not exist
    "harvest-2026": "the demonstration's password, printed on purpose; production never makes it",
    "harvest-2027": "a test's new password, in a database that is thrown away",
    "shouge-2026": "a test's new password, in a database that is thrown away",
    "wrong-2027": "a test's wrong password",
    "wrong-password": "a test's wrong password",
    "short": "a test's password that is refused",
    "autumn-in-naiman-41": "of a measuring of sign-in, in a database that is thrown away",
    "nothing like it": "of a measuring of sign-in, in a database that is thrown away",
    "word": "a test's address of a database that does not exist",
    # keys of tests
    "gallery": "the session key of the components' sample pages, served on this machine alone",
    "kJ8#dm2!Lq9$xV4&zT7*wB1^nR5(yH3)": "a test's SECRET_KEY; nothing was ever signed with it",
    "da4804b336b4e4836b88214107fba103dac8e0388aaca6427345843f82c251b7": "an expected SHA-256",
    "f26b6fe7f62ab7844e37a82f44a0356884743e8da3f2820a1eb035e68afe9d32": "an expected HMAC",
    "ghs": "letters in the name of a test",
    "shows the account again": "why a page shows a number, in words",
}
