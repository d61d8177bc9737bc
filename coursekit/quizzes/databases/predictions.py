"""What each lab on databases asks before it opens."""

from coursekit.quizzes.databases import predict_copies, predict_logs, predict_transactions

PREDICTIONS = {
    **predict_transactions.PREDICTIONS,
    **predict_logs.PREDICTIONS,
    **predict_copies.PREDICTIONS,
}
