"""How facts about learners are reached: by place, and by those tied to the learner."""

#: Whatever belongs to an enrolment.
OF_ENROLMENT = {
    "region": "enrolment__region_id", "pdu": "enrolment__pdu_id", "region_of_post": "enrolment__post_region_id",
    "pdu_of_post": "enrolment__post_pdu_id", "learner": "enrolment__person_id",
    "pta": "enrolment__pta_id", "line_manager": "enrolment__line_manager_id",
}

#: Whatever belongs to a person, learner or not. Those tied to a learner reach it through the enrolment.
OF_PERSON = {"region": "person__region_id", "pdu": "person__pdu_id", "learner": "person_id"}
