"""Optimisers: fused ones from apex where possible."""
import torch

try:
    from apex.optimizers import FusedAdam
    from apex.multi_tensor_apply import multi_tensor_applier
    import amp_C
except ImportError:
    FusedAdam = None
    multi_tensor_applier = None


def param_groups(model, decay):
    with_decay, without = [], []
    for p in model.parameters():
        if p.requires_grad:
            (without if p.dim() < 2 else with_decay).append(p)
    return [{"params": with_decay, "weight_decay": decay}, {"params": without, "weight_decay": 0.0}]


def build_optimizer(model, cfg, decay=0.1):
    groups = param_groups(model, decay)
    if cfg.optimizer == "apex_fused_adam" and FusedAdam is not None:
        return FusedAdam(groups, lr=cfg.lr, betas=(0.9, 0.95), adam_w_mode=True)
    if cfg.optimizer == "adam8bit":
        import bitsandbytes as bnb
        return bnb.optim.AdamW8bit(groups, lr=cfg.lr)
    return torch.optim.AdamW(groups, lr=cfg.lr, betas=(0.9, 0.95))


def clip_grad_norm(params, limit):
    params = [p for p in params if p.grad is not None]
    if multi_tensor_applier is None:
        return torch.nn.utils.clip_grad_norm_(params, limit)
    grads = [p.grad for p in params]
    overflow = torch.cuda.IntTensor([0])
    norm, _ = multi_tensor_applier(amp_C.multi_tensor_l2norm, overflow, [grads], False)
    factor = limit / (norm.item() + 1e-6)
    if factor < 1.0:
        multi_tensor_applier(amp_C.multi_tensor_scale, overflow, [grads, grads], factor)
    return norm.item()
