# docker build -t ed-contract .
# docker run --rm -e ED_CONTRACT_API_KEY ed-contract run http://shop:8000
FROM python:3.13-slim AS build
# The environment has no pip of its own: nothing is installed in it later.
RUN python -m venv --without-pip /opt/ed-contract
COPY . /src
RUN pip --python /opt/ed-contract/bin/python install --no-cache-dir /src

FROM python:3.13-slim
COPY --from=build /opt/ed-contract /opt/ed-contract
ENV PATH="/opt/ed-contract/bin:$PATH" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /work
# By number: orchestrators that refuse root can tell, and no user need be made.
USER 10001:10001
ENTRYPOINT ["ed-contract"]
CMD ["--help"]
