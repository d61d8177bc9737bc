"""What each lab of the last chapter asks before it opens."""

from coursekit.quizzes.datacentre import predict_faults, predict_own, predict_worth

PREDICTIONS = {
    **predict_faults.PREDICTIONS,
    **predict_worth.PREDICTIONS,
    **predict_own.PREDICTIONS,
}
