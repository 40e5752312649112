"""Every table, one class per file; imported together so that `Base.metadata` is whole."""

from server.db.models.audit_entry import AuditEntry
from server.db.models.audit_head import AuditHead
from server.db.models.budget import Budget
from server.db.models.class_list import ClassList
from server.db.models.comparison import Comparison
from server.db.models.delivery import Delivery
from server.db.models.domain import DomainRow
from server.db.models.draft import Draft
from server.db.models.evaluation import Evaluation
from server.db.models.forecast import Forecast
from server.db.models.group import Group
from server.db.models.idempotency_key import IdempotencyKey
from server.db.models.identity import Identity
from server.db.models.image import Image
from server.db.models.image_prediction import ImagePrediction
from server.db.models.item import Item
from server.db.models.job import Job
from server.db.models.job_line import JobLine
from server.db.models.lease import Lease
from server.db.models.ledger_entry import LedgerEntry
from server.db.models.login_link import LoginLink
from server.db.models.mask import Mask
from server.db.models.member import Member
from server.db.models.metric import Metric
from server.db.models.model import Model
from server.db.models.preference import Preference
from server.db.models.project import Project
from server.db.models.promotion import Promotion
from server.db.models.reference_figure import ReferenceFigure
from server.db.models.review import Review
from server.db.models.round import Round
from server.db.models.round_change import RoundChange
from server.db.models.schedule import Schedule
from server.db.models.schedule_fire import ScheduleFire
from server.db.models.score import Score
from server.db.models.token import Token
from server.db.models.truth import Truth
from server.db.models.truth_score import TruthScore
from server.db.models.upload import Upload
from server.db.models.user import User
from server.db.models.web_session import WebSession
from server.db.models.webhook import Webhook

__all__ = [
    "AuditEntry",
    "AuditHead",
    "Budget",
    "ClassList",
    "Comparison",
    "Delivery",
    "DomainRow",
    "Draft",
    "Evaluation",
    "Forecast",
    "Group",
    "IdempotencyKey",
    "Identity",
    "Image",
    "ImagePrediction",
    "Item",
    "Job",
    "JobLine",
    "Lease",
    "LedgerEntry",
    "LoginLink",
    "Mask",
    "Member",
    "Metric",
    "Model",
    "Preference",
    "Project",
    "Promotion",
    "ReferenceFigure",
    "Review",
    "Round",
    "RoundChange",
    "Schedule",
    "ScheduleFire",
    "Score",
    "Token",
    "Truth",
    "TruthScore",
    "Upload",
    "User",
    "WebSession",
    "Webhook",
]
