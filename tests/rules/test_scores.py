"""A score is read from the facts, and a rule says which ones it reads."""

from rules import Attribute, Facts, FactType, Outcome, Vocabulary, check, parse

HIGH = {">=": [{"score": "churn"}, 0.7]}


def test_a_score_that_is_not_there_is_unknown() -> None:
    rule = parse(HIGH)
    assert rule.decide(Facts(0.0, {"score": {"churn": 0.9}})).outcome is Outcome.YES
    assert rule.decide(Facts(0.0, {"score": {"churn": 0.1}})).outcome is Outcome.NO
    for values in ({}, {"score": None}, {"score": {}}, {"score": {"churn": None}}):
        assert rule.decide(Facts(0.0, values)).outcome is Outcome.UNKNOWN
        assert parse({"score": "churn"}).evaluate(values) is None


def test_inside_of_a_list_a_score_is_the_persons() -> None:
    rule = parse({"some": [{"var": "basket"}, {">": [{"var": "price"}, {"score": "spend"}]}]})
    facts = Facts(0.0, {"basket": [{"price": 5}], "score": {"spend": 4}})
    assert rule.decide(facts).outcome is Outcome.YES
    assert rule.evaluate(facts.values, facts) is True
    assert rule.reads == {"basket", "score.spend"}


def test_a_score_is_an_attribute_that_must_be_registered() -> None:
    known = Vocabulary({"score.churn": Attribute("score.churn", FactType.NUMBER, "churn")})
    assert check(HIGH, known) == []
    (finding,) = check({">=": [{"score": "chrun"}, 0.7]}, known)
    assert "no attribute 'score.chrun'" in finding.message
    assert "score.churn" in finding.remedy
