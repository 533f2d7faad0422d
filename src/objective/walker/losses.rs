//! What the networks make small, on tensors.

use burn::tensor::Tensor;
use burn::tensor::activation::log_sigmoid;

/// Mean of −log p over all decisions, in nats: `[1]`. Both `[walks, length, 3]`: log-odds, and 1 where it was decided so.
pub(super) fn surprise(log_odds: Tensor<3>, decided: Tensor<3>) -> Tensor<1> {
    let [walks, length, _] = decided.dims();
    (log_odds * decided).sum().neg() / (walks * length) as f32
}

/// REINFORCE (Williams 1992): its gradient is that of the expected reward, with the sign turned round and over the number of
/// walks: `[1]`.
///
/// # Shapes
/// - `log_odds`, `decided`: `[walks, length, 3]`
/// - `advantages`: `[walks, length]`, without gradients
pub(super) fn policy_loss(log_odds: Tensor<3>, decided: Tensor<3>, advantages: Tensor<2>) -> Tensor<1> {
    let [walks, length, _] = decided.dims();
    let taken = (log_odds * decided).sum_dim(2).reshape([walks, length]);
    (taken * advantages).sum().neg() / walks as f32
}

/// What the discriminator makes small on scores of recorded walks and of drawn ones: −log σ(real) − log(1 − σ(fake)), a
/// mean of each: `[1]`.
pub(super) fn judge_loss(real: Tensor<1>, fake: Tensor<1>) -> Tensor<1> {
    log_sigmoid(real).mean().neg() + log_sigmoid(fake.neg()).mean().neg()
}

/// The decisions as the straight-through estimator (Bengio et al. 2013, <https://arxiv.org/abs/1308.3432>) has them: forward
/// 1 at the likeliest, backward as if they were the odds. All `[walks, length, 3]`.
#[cfg(test)]
pub(super) fn straight_through(log_odds: Tensor<3>, decided: Tensor<3>) -> Tensor<3> {
    let odds = log_odds.exp();
    decided + odds.clone() - odds.detach()
}
