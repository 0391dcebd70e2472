"""Who may reach facts about learners: by place, and by their tie to the learner."""

#: The scope of everything that belongs to an enrolment.
OF_ENROLMENT = {
    "region": "enrolment__region_id",
    "pdu": "enrolment__pdu_id",
    "region_of_post": "enrolment__post_region_id",
    "pdu_of_post": "enrolment__post_pdu_id",
    "learner": "enrolment__person_id",
    "pta": "enrolment__pta_id",
    "line_manager": "enrolment__line_manager_id",
}

#: The scope of everything that belongs to a person, learner or not. Users tied to a learner reach
#: it through the enrolment.
OF_PERSON = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}
