"""The line writers of every segment that is written from records, made once for each set of delimiters."""

from functools import lru_cache

from edi.declare.compile import Values, line
from edi.declare.delimiters import Delimiters
from edi.segments import answers as a
from edi.segments import claim as c
from edi.segments import control as k
from edi.segments import dental as n
from edi.segments import eligibility as e
from edi.segments import institutional as i
from edi.segments import money as m
from edi.segments import party as p
from edi.segments import patient_information as f
from edi.segments import payment as y
from edi.segments import times as t


class Lines:
    """`lines.nm1(entity="85", kind="2", last=...)` is the text of an NM1 under these delimiters."""

    def __init__(self, d: Delimiters) -> None:
        v = self.values = Values(d)
        self.d = d
        self.ta1 = line(k.TA1, d, v)
        self.nm1 = line(p.NM1, d, v)
        self.n1 = line(p.N1, d, v)
        self.n3 = line(p.N3, d, v)
        self.n4 = line(p.N4, d, v)
        self.per = line(p.PER, d, v)
        self.ref = line(p.REF, d, v)
        self.prv = line(p.PRV, d, v)
        self.dmg = line(p.DMG, d, v)
        self.hl = line(p.HL, d, v)
        self.bht = line(p.BHT, d, v)
        self.trn = line(p.TRN, d, v)
        self.lx = line(p.LX, d, v)
        self.dtp = line(t.DTP, d, v)
        self.dtm = line(t.DTM, d, v)
        self.amt = line(m.AMT, d, v)
        self.qty = line(m.QTY, d, v)
        self.cas = line(m.CAS, d, v)
        self.moa = line(m.MOA, d, v)
        self.mia = line(m.MIA, d, v)
        self.sbr = line(c.SBR, d, v)
        self.pat = line(c.PAT, d, v)
        self.clm = line(c.CLM, d, v)
        self.pwk = line(c.PWK, d, v)
        self.k3 = line(c.K3, d, v)
        self.nte = line(c.NTE, d, v)
        self.cn1 = line(m.CN1, d, v)
        self.cr1 = line(c.CR1, d, v)
        self.cr2 = line(c.CR2, d, v)
        self.cr3 = line(c.CR3, d, v)
        self.crc = line(c.CRC, d, v)
        self.hi = line(c.HI, d, v)
        self.oi = line(c.OI, d, v)
        self.sv1 = line(c.SV1, d, v)
        self.sv5 = line(c.SV5, d, v)
        self.mea = line(c.MEA, d, v)
        self.ps1 = line(c.PS1, d, v)
        self.frm = line(c.FRM, d, v)
        self.cl1 = line(i.CL1, d, v)
        self.sv2 = line(i.SV2, d, v)
        self.dn1 = line(n.DN1, d, v)
        self.dn2 = line(n.DN2, d, v)
        self.sv3 = line(n.SV3, d, v)
        self.too = line(n.TOO, d, v)
        self.lin = line(c.LIN, d, v)
        self.ctp = line(c.CTP, d, v)
        self.svd = line(c.SVD, d, v)
        self.lq = line(c.LQ, d, v)
        self.bpr = line(y.BPR, d, v)
        self.clp = line(y.CLP, d, v)
        self.svc = line(y.SVC, d, v)
        self.plb = line(y.PLB, d, v)
        self.ins = line(e.INS, d, v)
        self.eq = line(e.EQ, d, v)
        self.eb = line(e.EB, d, v)
        self.aaa = line(e.AAA, d, v)
        self.ak1 = line(a.AK1, d, v)
        self.ak2 = line(a.AK2, d, v)
        self.ik3 = line(a.IK3, d, v)
        self.ctx = line(a.CTX, d, v)
        self.ik4 = line(a.IK4, d, v)
        self.ik5 = line(a.IK5, d, v)
        self.ak9 = line(a.AK9, d, v)
        self.stc = line(a.STC, d, v)
        self.bgn = line(f.BGN, d, v)
        self.cat = line(f.CAT, d, v)
        self.ooi = line(f.OOI, d, v)


@lru_cache(maxsize=4)
def lines_for(d: Delimiters) -> Lines:
    """The writers for these delimiters."""
    return Lines(d)
