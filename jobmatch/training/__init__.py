"""Courses, sessions, enrolment; a pass gives a credential."""
